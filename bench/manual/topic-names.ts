/** What `nvbench help` tells of beside the commands: each topic is the file of that name in docs/. */
export const TOPICS: Readonly<Record<string, string>> = {
  config: 'every key of a configuration',
  workloads: "job files of fio, and fio's options against ours",
  attach: 'every way to reach a drive, and what each needs',
  bind: 'taking a drive from the kernel, and the way back',
  drives: 'drives that are old, odd or behind something',
  doctor: 'every check of nvbench doctor',
  reports: 'formats of reports, and their columns',
  results: 'what a result holds, and what each warning means',
  comparing: 'what is better or worse, and how certain that is',
  'price-of-the-kernel': 'one drive past the kernel and through it, in one session',
  ci: 'gates and baselines in continuous integration',
  sharing: 'one controller for several runs at once',
  'vfio-user': 'the software controller behind a socket',
  performance: 'what nvbench itself costs',
  api: 'the same from a program',
  'exit-codes': 'what each exit code means',
};
