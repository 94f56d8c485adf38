/** What a controller is made of, put together. */
import { DEALLOCATED_ERRORS, FEATURE } from '../spec/command.js';
import { nowMs } from '../sys/clock.js';
import { AdminCommands } from './admin-commands.js';
import { AdminService } from './admin-service.js';
import { AsyncEvents } from './async-events.js';
import { MAX_IN_FLIGHT, type SimConfig } from './config.js';
import type { ConfigurationWrites } from './configuration-writes.js';
import { ControllerMemory } from './controller-memory.js';
import { DataPointer } from './data-pointer.js';
import type { DmaView } from './dma-table.js';
import type { StormSpec } from './faults.js';
import { FaultsInForce } from './faults-in-force.js';
import { Features } from './features.js';
import { FileMedia } from './file/media.js';
import { Firmware } from './firmware.js';
import { Health } from './health.js';
import { HostMemory } from './host-memory.js';
import { Identity } from './identify.js';
import { InjectionLog } from './injection-log.js';
import type { InterruptLines } from './interrupts.js';
import { IoCommands } from './io-commands.js';
import { IoService } from './io-service.js';
import { OptionalLogs } from './logs/optional-logs.js';
import { memoryMedia } from './media.js';
import { MediaFaults } from './media-faults.js';
import { PlacedIoCommands } from './placement.js';
import { PowerStates } from './power-states.js';
import { QueueCommands } from './queue-commands.js';
import { QueueSet } from './queue-set.js';
import { Recorder } from './record/recorder.js';
import { Sanitize } from './sanitize.js';
import { mediaTiming } from './timings.js';

/** What the host reaches the controller by. */
export interface ControllerBar {
  readonly registers: ArrayBuffer;
  readonly doorbells: ArrayBuffer;
  readonly configurationWrites: ConfigurationWrites;
  readonly controllerMemory?: ArrayBuffer | undefined;
}

/** What others have given it. */
export interface ControllerSurroundings {
  readonly config: SimConfig;
  readonly bar: ControllerBar;
  readonly dma: DmaView;
  readonly interrupts?: InterruptLines | undefined;
  readonly injections?: InjectionLog | undefined;
  /** Where records of commands go. */
  readonly record?: SharedArrayBuffer | undefined;
  /** See SimThreadData. */
  readonly mediaFd?: number | undefined;
}

/** What its parts tell it. */
export interface ControllerHooks {
  serving(): boolean;
  /** A fault has an action (FAULT_) on the controller, or on that queue. */
  onFault(action: number, qid: number): void;
  fatal(reason: string): void;
  storm(id: number, spec: StormSpec): void;
}

export function controllerParts(
  { config, bar, dma, ...given }: ControllerSurroundings,
  hooks: ControllerHooks,
) {
  const { personality } = config;
  const injections = given.injections ?? new InjectionLog();
  const health = new Health(personality.temperatureKelvin);
  const file = given.mediaFd === undefined ? undefined : new FileMedia(given.mediaFd, config);
  const media = file ?? memoryMedia(config);
  const data = new DataPointer(dma, config.mdtsBytes);
  const timing = mediaTiming(config);
  const features = new Features(config);
  const configured = FEATURE.ASYNC_EVENT_CONFIGURATION;
  // what a host cannot choose it is told
  const wants = (notice: number) =>
    features.refuses(configured) || (features.value(configured) & notice) !== 0;
  const events = new AsyncEvents(wants);
  const places = personality.placementHandles > 0;
  const commands = new (places ? PlacedIoCommands : IoCommands)(config, media, data, health, timing);
  if (personality.deallocatedErrors)
    commands.unreadable.tell(() => (features.value(FEATURE.ERROR_RECOVERY) & DEALLOCATED_ERRORS) !== 0);
  const firmware = new Firmware(personality.firmwareSlots);
  const identity = new Identity(config, firmware);
  const effects = {
    event: (dw0: number) => events.raise(dw0),
    detach: () => {
      commands.detach();
      identity.detach();
      events.namespaceChanged(personality.nsid);
    },
    storm: hooks.storm,
    trouble: (reason: string) => optional.trouble(reason),
  };
  const volatileCache = config.flash?.protectedBuffer !== true;
  const cacheIsOn = () => volatileCache && features.value(FEATURE.VOLATILE_WRITE_CACHE) !== 0;
  if (file !== undefined) file.writesThrough = () => !cacheIsOn();
  const mediaFaults = new MediaFaults({ media, data, timing, log: injections, config, cacheIsOn });
  const faults = new FaultsInForce(config.faults, effects, mediaFaults, injections, config.seed);
  const power = config.powerStates && new PowerStates(config.powerStates, features, nowMs());
  const recorder = given.record && new Recorder(given.record, data, media.movesData, MAX_IN_FLIGHT);
  const onFault = (action: number, qid: number) => hooks.onFault(action, qid);
  const service = new IoService(config, commands, health, onFault, faults.io, timing, recorder, power);
  const fatal = (reason: string) => hooks.fatal(reason);
  const trouble = { invalidDoorbell: () => events.invalidDoorbell(), fatal };
  const queues = new QueueSet({
    strideShift: personality.strideShift,
    doorbells: new Uint32Array(bar.doorbells),
    dma,
    memory: ControllerMemory.of(bar, personality),
    service,
    trouble,
    interrupts: given.interrupts,
  });
  const hostMemory = new HostMemory(dma, config);
  const queueCommands = new QueueCommands(config, queues, features, fatal);
  const sanitize = new Sanitize(personality.sanitizeTakesMs);
  if (sanitize.isSupported) commands.sanitize = sanitize;
  const optional = new OptionalLogs({
    config,
    health,
    timing,
    events,
    smart: () => admin.logs.smartPage(),
    usedBytes: () => timing?.usedBytes?.() ?? media.usedBytes(),
    controller: () => identity.controller(),
    errors: () => health.errorPage(),
    examined: {
      mostNsid: personality.numberOfNamespaces,
      nsid: () => identity.activeNsid,
      unreadable: () =>
        firstOf([commands.unreadable.first(), mediaFaults.firstGone(), faults.io.firstUnreadable()]),
    },
  });
  const admin: AdminCommands = new AdminCommands({
    config,
    identity,
    features,
    health,
    media,
    data,
    queues,
    queueCommands,
    events,
    hostMemory,
    timing,
    power,
    sanitize,
    firmware,
    optional,
    faults: faults.admin,
    ioFaults: faults.io,
  });
  const serving = () => hooks.serving();
  const adminService = new AdminService({
    admin,
    queues,
    health,
    hostMemory,
    events,
    recorder,
    serving,
    fatal,
  });
  return {
    health,
    media,
    data,
    events,
    features,
    timing,
    faults,
    power,
    service,
    queues,
    hostMemory,
    queueCommands,
    optional,
    firmware,
    admin,
    adminService,
  };
}

function firstOf(lbas: readonly (number | undefined)[]): number | undefined {
  const known = lbas.filter((lba) => lba !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
