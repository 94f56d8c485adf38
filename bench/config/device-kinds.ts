/** How devices and namespaces are named in a configuration, for the file and for a job. */
import { z } from 'zod';
import { kernelNodeHint } from '../../engine/path/kernel-node.js';
import { expects, integer, line, plainKind, type ValueKind } from './value-kinds.js';
import { quote } from './wording.js';

const target = line('a device such as pci:0000:01:00.0 or sim', 512).schema.refine(
  (text) => !text.startsWith('/dev/'),
  {
    error: ({ input }) =>
      `${quote(String(input))} does not say by which way; ${kernelNodeHint(String(input))}`,
  },
);
const targets = z
  .array(target, expects('a list of devices'))
  .min(1, expects('a list of at least one device'));

export const oneDevice = (): ValueKind<string> => plainKind(target, 'target');

export const severalDevices = (): ValueKind<readonly string[]> =>
  plainKind<readonly string[]>(targets, 'list of targets');

/** One target or a list of them, as a list. */
export function devices(): ValueKind<readonly string[], string | readonly string[]> {
  const schema = z
    .union([target, targets], {
      error: (issue) => {
        const { input } = issue;
        // What is wrong with it as that which it is meant to be.
        const one = Array.isArray(input) ? targets.safeParse(input) : target.safeParse(input);
        const said =
          typeof input === 'string' || Array.isArray(input) ? one.error?.issues[0]?.message : undefined;
        return said ?? expects('a device, or a list of them').error(issue);
      },
    })
    .transform((value): readonly string[] => [value].flat());
  return plainKind<readonly string[], string | readonly string[]>(schema, 'target, or a list of targets');
}

export function namespace(): ValueKind<number | string> {
  const schema = z.union(
    [integer(1, 0xffff_fffe).schema, z.string().regex(/^(nguid|eui64|uuid):[0-9a-fA-F: -]+$/)],
    expects('a namespace ID, or nguid:, eui64: or uuid: and its hexadecimal digits'),
  );
  return plainKind(schema, '1 to 4294967294, `nguid:…`, `eui64:…`, `uuid:…`');
}
