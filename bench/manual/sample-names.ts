/** The samples by name: each is a file of configs/, and what it is for: configurations, drives that `nvbench serve` plays, a dashboard. */
export const SAMPLES = {
  quickstart: { file: 'quickstart.yaml', says: 'a first run on the software controller, about 11 s' },
  pci: { file: 'pci-randread.yaml', says: 'random reads of a real drive at rising depth' },
  gate: { file: 'gate-sample.yaml', says: 'bounds that decide the exit code, on the software controller' },
  latency: { file: 'latency-depth1.yaml', says: 'the latency of a real drive, one command at a time' },
  mixed: { file: 'mixed-70-30.yaml', says: '70 % reads and 30 % writes, on the software controller' },
  write: { file: 'write-steady.yaml', says: 'writes until a real drive is steady; destroys its data' },
  ageing: {
    file: 'flash-ageing.yaml',
    says: 'a software drive of flash that is written until it is slow, and trimmed',
  },
  'datacentre-tlc': { file: 'controllers/datacentre-tlc.yaml', says: 'a data-centre drive of TLC to serve' },
  qlc: { file: 'controllers/qlc.yaml', says: 'a drive of QLC to serve' },
  consumer: { file: 'controllers/consumer.yaml', says: 'a consumer drive without DRAM to serve' },
  'storage-class': {
    file: 'controllers/storage-class.yaml',
    says: 'a drive of storage-class flash to serve',
  },
  aged: { file: 'controllers/aged.yaml', says: 'a worn and full drive to serve' },
  failing: { file: 'controllers/failing.yaml', says: 'a drive about to die to serve' },
  grafana: { file: 'grafana-dashboard.json', says: 'a dashboard of what nvbench run --metrics tells' },
} as const;

export type SampleName = keyof typeof SAMPLES;
type Served = {
  [Name in SampleName]: (typeof SAMPLES)[Name]['file'] extends `controllers/${string}` ? Name : never;
}[SampleName];
/** One that `nvbench run --sample` takes. */
export type ConfigSample = Exclude<SampleName, Served | 'grafana'>;

export const SAMPLE_NAMES = Object.keys(SAMPLES) as SampleName[];

export const isServedSample = (name: SampleName): name is Served =>
  SAMPLES[name].file.startsWith('controllers/');

export const isConfigSample = (name: SampleName): name is ConfigSample =>
  SAMPLES[name].file.endsWith('.yaml') && !isServedSample(name);
