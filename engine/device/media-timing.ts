/**
 * What the state of the media makes of the time of commands: the one thing that media with a memory of their own are to the
 * controller. A command that is carried out says what it did, then the due time of its completion is asked for. HOT.
 */
export interface MediaTiming {
  /** The command reads, has written, has zeroed, or has given back these blocks; of the last there may be several in a command. */
  read(slba: number, lbas: number): void;
  wrote(slba: number, lbas: number): void;
  zeroed(slba: number, lbas: number): void;
  deallocated(slba: number, lbas: number): void;
  /** What the command has written is to be on the media when it is over (FUA). */
  forced(): void;
  /** What was written is to be on the media. */
  flushed(): void;
  /** All blocks were formatted. */
  refresh(): void;
  /** Bytes of blocks that lie on it, where it knows better than the media (NUSE). */
  usedBytes?(): number;
  /** No command is under way any more. */
  reset(): void;
  /** The host lends the controller so much memory; 0 once it takes it back. */
  hostMemory(bytes: number): void;
  /** Composite temperature at the time in `atMs`; 0 where it has none of its own. */
  kelvin(atMs: Float64Array): number;
  /** The log page that it has (see spec/flash-log.ts), and how much of its life is used; undefined and 0 for none. */
  logPage(): Uint8Array | undefined;
  usedPercent(): number;
  /** A die is gone for good: `lost` hears of the blocks that lay there. False where there is no such die, or one is gone already. */
  failDie(die: number, lost: (slba: number, lbas: number) => void): boolean;
  /** Nothing can be written any more: too little is left of the flash. */
  isWornOut(): boolean;
  /** Puts the due time at `due` off, in ms, until the command is over; `now` is when it was fetched. Called for each command. */
  delay(timesMs: Float64Array, now: number, due: number): void;
}
