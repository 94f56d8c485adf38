/** Whom a controller's failure is put down to: nobody saw it, but whose admin command came last is known, and who has left. */
import type { PeerCredentials } from '../sys/unix-socket.js';

export class Suspicion {
  #last: { readonly peer: PeerCredentials; readonly opcode: number } | undefined;
  #gone: PeerCredentials | undefined;

  /** Before the controller gets a command of that secondary. */
  note(peer: PeerCredentials, opcode: number): void {
    this.#last = { peer, opcode };
  }

  /** One that had the doorbells has gone. */
  left(peer: PeerCredentials): void {
    this.#gone = peer;
  }

  /** In words, with those that share the controller now. */
  describe(sharing: readonly PeerCredentials[]): string {
    const those = [...new Set(sharing.map(processOf))].join(', ') || 'nobody';
    const left = this.#gone === undefined ? '' : `, and ${processOf(this.#gone)} had left it last`;
    if (this.#last === undefined)
      return `no secondary had sent an admin command; it was shared by ${those}${left}`;
    const { peer, opcode } = this.#last;
    const command = `${opcode.toString(16).padStart(2, '0').toUpperCase()}h`;
    return `the last admin command (${command}) was that of ${processOf(peer)}; it was shared by ${those}${left}`;
  }
}

function processOf({ pid, uid }: PeerCredentials): string {
  return `process ${pid} of user ${uid}`;
}
