/** The samples by name: each is a file of configs/, and what it is for. All but the dashboard are configurations. */
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
  grafana: { file: 'grafana-dashboard.json', says: 'a dashboard of what nvbench run --metrics tells' },
} as const;

export type SampleName = keyof typeof SAMPLES;
/** One that `nvbench run --sample` takes. */
export type ConfigSample = Exclude<SampleName, 'grafana'>;

export const SAMPLE_NAMES = Object.keys(SAMPLES) as SampleName[];

export const isConfigSample = (name: SampleName): name is ConfigSample =>
  SAMPLES[name].file.endsWith('.yaml');
