/** Entry of the device thread: plays the controller until it is asked to stop. */
import { viewAt } from '../sys/mapping.js';
import { threadData } from '../sys/thread-data.js';
import type { SimThreadData } from './config.js';
import { ConfigurationWrites } from './configuration-writes.js';
import { ControlLines, STATE_RUNNING, STATE_STOPPED } from './control.js';
import { SimController } from './controller.js';
import { DmaView } from './dma-table.js';
import { IdlePolicy, patienceOn } from './idle.js';
import { InjectionLog } from './injection-log.js';
import { InterruptLines } from './interrupts.js';
import { OrderBook } from './orders.js';
import { Rehearsal } from './rehearsal.js';
import { turns } from './turns.js';

/** Between two looks at whether to stop and what else is ordered, which ends the sleeps of all of them. */
const TURNS = 256;

function play(controller: SimController, control: ControlLines, idle: IdlePolicy, orders: OrderBook): void {
  while (!control.stopAsked()) {
    orders.obey();
    turns(controller, idle, TURNS);
  }
}

/** Then everything has run, though V8 has optimised none of it. */
const BRIEF_STEPS = 16;

/** While the host brings the controller up; nobody who has I/O to do already, or an order, is kept waiting. */
function rehearse(
  controller: SimController,
  control: ControlLines,
  orders: OrderBook,
  { config, briefly }: SimThreadData,
): void {
  const rehearsal = new Rehearsal(config);
  let left = briefly ? BRIEF_STEPS : Number.POSITIVE_INFINITY;
  while (!control.stopAsked() && !controller.hasIo() && rehearsal.step() && --left > 0) {
    orders.obey();
    controller.pass();
  }
  rehearsal.release();
  control.setRehearsed(rehearsal.count.completed);
}

const data = threadData<SimThreadData>();
const control = new ControlLines(data.control);
const configurationWrites = new ConfigurationWrites(control, data.configurationWrites);
try {
  const registers = viewAt(data.registersAddress, data.registersBytes);
  const doorbells = viewAt(data.doorbellsAddress, data.doorbellsBytes);
  const dma = new DmaView(data.dmaTable, control);
  const interrupts = new InterruptLines(data.interrupts);
  const injections = new InjectionLog(data.injections);
  const { controllerMemoryAddress: memoryAt, config, record, mediaFd } = data;
  const controllerMemory =
    memoryAt === undefined ? undefined : viewAt(memoryAt, config.personality.controllerMemoryBytes);
  const bar = { registers, doorbells, configurationWrites, controllerMemory };
  const controller = new SimController(control, {
    config,
    bar,
    dma,
    interrupts,
    injections,
    record,
    mediaFd,
  });
  const orders = new OrderBook(data.orders, control, controller);
  control.setState(STATE_RUNNING);
  try {
    rehearse(controller, control, orders, data);
    const idle = new IdlePolicy(control, configurationWrites, patienceOn(config.cpus, data.briefly));
    play(controller, control, idle, orders);
  } catch (error) {
    controller.vanish();
    throw error;
  } finally {
    controller.close();
  }
  control.setState(STATE_STOPPED);
} catch (error) {
  control.fail(error instanceof Error ? error.message : String(error));
}
