/** Who may share a controller: a peer gets the device's descriptors, and with them all that its holder can do. */
import { EngineError } from '../errors.js';
import type { PeerCredentials } from '../sys/unix-socket.js';

/** Throws EngineError PEER_REFUSED unless the peer is of this user, of root, or of the user allowed. */
export function checkJoiner(
  peer: PeerCredentials,
  target: string,
  ownUid: number,
  allowedUid?: number,
): void {
  if ([0, ownUid, allowedUid].includes(peer.uid)) return;
  throw new EngineError({
    code: 'PEER_REFUSED',
    op: 'join a held controller',
    target,
    reason: `process ${peer.pid} is of user ${peer.uid}, the controller is held by user ${ownUid}`,
    hint: `run as that user, or let root hold it with --allow-user ${peer.uid}`,
  });
}

/** Throws EngineError HOLDER_NOT_TRUSTED unless the holder is of this user or of root. */
export function checkHolder(peer: PeerCredentials, path: string, ownUid: number): void {
  if (peer.uid === 0 || peer.uid === ownUid) return;
  throw new EngineError({
    code: 'HOLDER_NOT_TRUSTED',
    op: 'join a held controller',
    target: path,
    reason: `process ${peer.pid} of user ${peer.uid} listens there, neither root nor user ${ownUid}`,
    hint: 'run as that user, or name the socket of a process that you trust',
  });
}
