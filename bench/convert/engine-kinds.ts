/** What the engines of fio are: whether they keep a queue, and whether they speak to a block device at all. */

/** `waits`: one I/O at a time, whatever `iodepth` says. `queues`: `iodepth` applies. */
export type EngineKind = 'waits' | 'queues' | 'null' | 'elsewhere';

/** fio's own default on Linux. */
export const DEFAULT_ENGINE = 'psync';

const NAMES: Readonly<Record<EngineKind, string>> = {
  waits: 'sync psync vsync pvsync pvsync2 mmap splice',
  queues:
    'libaio posixaio solarisaio windowsaio io_uring io_uring_cmd xnvme libblkio spdk spdk_bdev spdk_nvme',
  null: 'null cpp_null',
  elsewhere:
    'cpuio net netsplice cufile libcufile libhipfile rdma falloc ftruncate e4defrag rados rbd http gfapi gfapi_async libhdfs mtd filecreate filestat filedelete dircreate dirstat dirdelete dev-dax libpmem pmemblk ime_psync ime_psyncv ime_aio nfs nbd exec dfs libiscsi libzbc sg page_fault guasi',
};

const kinds = new Map<string, EngineKind>();
for (const [kind, names] of Object.entries(NAMES))
  for (const name of names.split(' ')) kinds.set(name, kind as EngineKind);

/** What an engine is; of one that a path names, by the name of its file. Undefined where it is not known. */
export function engineKind(name: string): EngineKind | undefined {
  const own = name
    .replace(/^external:/, '')
    .replace(/^.*\//, '')
    .replace(/\.so$/, '');
  return kinds.get(own);
}
