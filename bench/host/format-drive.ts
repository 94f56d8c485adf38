import { type Controller, EngineError, type FormatRequest, formatNamespace } from '../../engine/index.js';

const WAITING = 'the drive is formatting: a reset in the middle could spoil it, so this ends once it is done';

/**
 * Formats and lets no signal cut it off: the first one that comes is answered by `say`, once, and the command is waited
 * for. Throws EngineError as `formatNamespace`, and INTERRUPTED where a signal came before, with nothing sent.
 */
export async function formatUndisturbed(
  controller: Controller,
  request: FormatRequest,
  { signal }: { readonly signal: AbortSignal },
  say: (text: string) => void,
): Promise<void> {
  if (signal.aborted) {
    throw new EngineError({
      code: 'INTERRUPTED',
      op: `format namespace ${request.nsid}`,
      target: controller.device.target,
      reason: 'it was asked to stop',
      hint: 'nothing was formatted',
      kind: 'interrupted',
    });
  }
  const answer = (): void => say(WAITING);
  signal.addEventListener('abort', answer, { once: true });
  try {
    await formatNamespace(controller, request);
  } finally {
    signal.removeEventListener('abort', answer);
  }
}
