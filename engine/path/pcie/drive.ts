/** A controller as the drive that it is, for everything above this path. */
import { NvmeStatusError } from '../../errors.js';
import type { NamespaceIdentity } from '../../spec/index.js';
import type { Drive, DriveAdmin, DriveMemory } from '../drive.js';
import type { Controller } from './controller.js';
import { checkFormat, formatNamespace } from './format.js';
import { openJobQueues } from './job-queues.js';
import { describedNamespace } from './namespace-description.js';
import { activeNamespaces } from './namespaces.js';
import { placementAccess } from './placement-access.js';
import { planQueues } from './queue-plan.js';
import { sampleBlocks } from './sampled-blocks.js';
import { checkSanitize, sanitize } from './sanitize.js';
import { Settings } from './settings.js';
import { zoneAccess } from './zone-access.js';

const BASE_PAGE_BYTES = 4096;

/** What the controller cannot tell: it follows from its target, and from who holds it. */
export interface PcieDriveFacts {
  readonly holdsData: boolean;
  readonly pciFunction?: string | undefined;
  /** Other processes use the controller too: what is set for all of it is not this one's to change. */
  readonly shared?: boolean;
}

function memoryOf({ arena, pageBytes, given }: Controller): DriveMemory {
  const { pageSizeBytes } = arena;
  const hugepageBytes = pageSizeBytes > BASE_PAGE_BYTES ? pageSizeBytes : 0;
  const doorbells = given?.doorbells.inForce ? { doorbells: true } : {};
  const { inUse } = given?.controllerMemory ?? {};
  const ofController = inUse === undefined ? {} : { controllerMemory: inUse };
  const memory = { pageSizeBytes: pageBytes, hugepageBytes, ...doorbells, ...ofController };
  if (given === undefined || given.hostMemory.wish.preferredBytes === 0) return memory;
  const { givenBytes, wish } = given.hostMemory;
  const { preferredBytes, leastBytes } = wish;
  return { ...memory, hostMemory: { givenBytes, preferredBytes, leastBytes } };
}

/** A namespace as far as the controller tells of it: it may refuse what its command set adds. Throws EngineError, NvmeStatusError. */
async function toldNamespace(controller: Controller, nsid: number): Promise<NamespaceIdentity> {
  try {
    return await describedNamespace(controller, nsid);
  } catch (error) {
    if (!(error instanceof NvmeStatusError)) throw error;
    return { ...(await controller.admin.identifyNamespace(nsid)), refusal: `${error.op}: ${error.reason}` };
  }
}

function adminOf(controller: Controller): DriveAdmin {
  const { admin, identity } = controller;
  return {
    identity,
    controllerMemory: () => controller.given?.controllerMemory.look(),
    commandSets: () => controller.commandSets.facts(),
    async namespaces() {
      const found = [];
      for (const nsid of await activeNamespaces(controller))
        found.push({ nsid, ...(await toldNamespace(controller, nsid)) });
      return found;
    },
    firmwareSlots: () => admin.firmwareSlots(),
    powerManagement: () => admin.powerManagement(),
    async checkFormat(request) {
      await checkFormat(controller, request);
    },
    formatNamespace: (request) => formatNamespace(controller, request),
    async checkSanitize(nsid) {
      await checkSanitize(controller, nsid);
    },
    sanitize: (nsid, onProgress, signal) => sanitize(controller, nsid, onProgress, signal),
  };
}

/** The drive of a controller that is up. Whatever is not known to be empty holds data. */
export function pcieDrive(controller: Controller, facts: PcieDriveFacts = { holdsData: true }): Drive {
  const { admin, device, identity } = controller;
  const { target, kind, software, notice, numaNode } = device;
  return {
    target,
    kind,
    software,
    ...(notice === undefined ? {} : { notice }),
    holdsData: facts.holdsData,
    numaNode,
    hostThreads: software ? 1 : 0,
    ...(facts.pciFunction === undefined ? {} : { pciFunction: facts.pciFunction }),
    identity,
    nvmeVersion: controller.version,
    quirks: [...controller.quirks],
    limits: {
      maxTransferBytes: controller.maxTransferBytes,
      maxQueueEntries: controller.capabilities.maxQueueEntries,
    },
    get memory() {
      return memoryOf(controller);
    },
    get warnings() {
      return controller.warnings;
    },
    admin: adminOf(controller),
    namespace: (choice) => controller.namespace(choice),
    smart: () => admin.smart(),
    ...(identity.flashLog ? { flash: () => admin.flash() } : {}),
    ...(facts.shared
      ? {}
      : {
          settings: new Settings({ admin, identity, target, quirks: controller.quirks }),
          sampleBlocks: (namespace, startLba, lbas) => sampleBlocks(controller, namespace, startLba, lbas),
          reset: () => controller.reset(),
          silent: () => controller.silent(),
          events: () => controller.events(),
        }),
    readyToMeasure: () => controller.readyToMeasure(),
    dead: () => controller.dead(),
    askedBack: () => controller.askedBack(),
    giveUp: (reason) => controller.giveUp(reason),
    close: () => controller.close(),
    planQueues: (shape) => planQueues(controller, shape),
    openQueues: (shape) => openJobQueues(controller, shape),
    zones: zoneAccess(controller),
    ...(identity.dataPlacement ? { placement: placementAccess(controller) } : {}),
  };
}
