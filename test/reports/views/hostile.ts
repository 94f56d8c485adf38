/** A result whose every name is out to break the format it is shown in. */
import type { BenchResult } from '../../../reports/index.js';
import { sampleResult } from '../sample.js';

export const HOSTILE_NAME =
  '<script>alert("1")</script>,"x"|`y`\r\n\u001b[31m\u0000\u202e]]>&amp;\\ {} http://example.invalid [a](b) \ud800';

export function hostileResult(): BenchResult {
  const result = sampleResult();
  const name = HOSTILE_NAME;
  const warning = { code: name, message: name, advice: name };
  return {
    ...result,
    tool: { name: 'nvbench', version: name },
    complete: false,
    interrupted: { reason: name },
    host: { ...result.host, hostname: name, kernel: name, cpuModel: name },
    devices: [
      { ...result.devices[0], target: name, modelNumber: name, serialNumber: name, firmwareRevision: name },
    ],
    warnings: [warning],
    jobs: [
      {
        ...result.jobs[0],
        name,
        target: name,
        rw: name,
        errors: {
          ...result.jobs[0].errors,
          total: 1,
          byStatus: [
            { status: name, statusCodeType: 0, statusCode: 1, doNotRetry: false, count: 1, firstSlba: 0 },
          ],
        },
        warnings: [warning],
      },
    ],
  };
}

/** Characters of a text that could move a cursor, colour, hide or reorder, line ends aside. */
export function strayCharacters(text: string): string[] {
  return text.replaceAll('\n', '').match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu) ?? [];
}
