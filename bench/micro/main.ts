/** `npm run bench`: what each step of the I/O loop costs on this machine, and what the whole loop reaches. */
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { type LoopFigure, measureLoop } from './closed-loop.js';
import { measureOperations, type OperationFigure } from './operations.js';

const LOOP_MS = 2000;

function printOperations(figures: readonly OperationFigure[]): void {
  const table = new Table({
    head: ['operation', 'ns', '±'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [] },
  });
  for (const { name, nsPerOperation, marginPercent } of figures) {
    table.push([name, nsPerOperation.toFixed(1), `${marginPercent.toFixed(1)} %`]);
  }
  console.log(table.toString());
}

function printLoops(figures: readonly LoopFigure[]): void {
  const head = ['iodepth', 'M IOPS', 'ns per I/O', 'p50 ns', 'mean batch', 'GCs'];
  const table = new Table({ head, colAligns: head.map(() => 'right'), style: { head: [] } });
  for (const { iodepth, iops, nsPerIo, p50Ns, meanBatch, garbageCollections } of figures) {
    const row = [
      (iops / 1e6).toFixed(2),
      nsPerIo.toFixed(1),
      p50Ns,
      meanBatch.toFixed(1),
      garbageCollections,
    ];
    table.push([iodepth, ...row]);
  }
  console.log(table.toString());
}

console.log(
  `${cpus()[0]?.model}, ${cpus().length} CPUs, Node ${process.version}, V8 ${process.versions.v8}\n`,
);
const operations = await measureOperations();
printOperations(operations);
const byName = new Map(operations.map(({ name, nsPerOperation }) => [name, nsPerOperation]));
const flat = byName.get('record a latency (flat counts)') ?? Number.NaN;
const library = byName.get('record a latency (hdr-histogram-js)') ?? Number.NaN;
console.log(`Recording with hdr-histogram-js costs ${(library / flat).toFixed(1)} times the flat counts.\n`);
console.log('The whole closed loop against the software controller without media and latency:');
const loops: LoopFigure[] = [];
for (const iodepth of [1, 32, 128]) loops.push(await measureLoop(iodepth, LOOP_MS));
printLoops(loops);
