import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { CPU_LIST_PATTERN } from '../../../bench/config/cpu-list.js';
import { configJsonSchema } from '../../../bench/config/schema.js';
import { DURATION_PATTERN, PERCENT_PATTERN, SIZE_PATTERN } from '../../../bench/config/units.js';

interface Node {
  readonly description?: string;
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly anyOf?: readonly object[];
  readonly properties: Readonly<Record<string, Node>>;
  readonly items: Node;
}

const ROOT_KEYS =
  'device devices namespace description allow_writes max_bytes_written serial_number purge precondition split hugepages host_memory_buffer doorbells interrupt_coalescing volatile_write_cache power_state apst arbitration_burst high_priority_weight medium_priority_weight low_priority_weight attach allow_unsafe_dma rebind quirks gates defaults jobs'.split(
    ' ',
  );
const JOB_KEYS =
  'rw bs bsrange bssplit blockalign iodepth numjobs queue_pairs queue_entries sq_memory priority rwmixread runtime ramp_time startdelay size offset offset_increment partition device namespace number_ios io_size loops numa_cpu_nodes exitall cpus_allowed randseed norandommap random_distribution random_sequence_stride percentage_random zonemode zonesize zonerange zoneskip max_open_zones job_max_open_zones zone_reset_threshold zone_reset_frequency write_mode num_range readfua writefua atomic fsync buffer_pattern zero_buffers refill_buffers scramble_buffers buffer_compress_percentage buffer_compress_chunk dedupe_percentage dedupe_mode dedupe_working_set_percentage dedupe_global completion hybrid_spin rate_iops rate rate_process thinktime thinktime_blocks thinktime_blocks_type iodepth_batch iodepth_batch_complete_min iodepth_batch_complete_max iodepth_low flow search read_iolog replay_time_scale replay_no_stall replay_align replay_scale replay_skip steadystate until_sure purge verify do_verify verify_only verify_journal verify_write_sequence verify_backlog verify_backlog_batch verify_fatal pi_act pi_chk apptag apptag_mask fdp plids plid_select io_timeout on_timeout max_errors slowest smart_interval log repeat'.split(
    ' ',
  );

const schema = configJsonSchema();
const root = schema as unknown as Node;
// Zod reads no `not`, and of what else holds for the same map it forgets which keys there are: both are looked at by themselves.
const { not, ...readable } = structuredClone(schema);
delete (readable as { properties: { jobs: { items: { anyOf?: unknown } } } }).properties.jobs.items.anyOf;
const accepts = (config: unknown): boolean =>
  z.fromJSONSchema(readable as Parameters<typeof z.fromJSONSchema>[0]).safeParse(config).success;
const withJob = (keys: object) => ({ device: 'sim', jobs: [{ name: 'a', rw: 'read', ...keys }] });

describe('configJsonSchema', () => {
  test('says which JSON Schema it is', () => {
    assert.equal(schema.$schema, 'http://json-schema.org/draft-07/schema#');
  });

  test('is plain JSON data', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(schema)), schema);
  });

  test('has the keys of the file', () => {
    assert.deepEqual(Object.keys(root.properties), ROOT_KEYS);
  });

  test('has the keys of a job', () => {
    assert.deepEqual(Object.keys(root.properties.jobs.items.properties), [
      'name',
      ...JOB_KEYS,
      'matrix',
      'parallel',
      'rounds',
      'jobs',
    ]);
  });

  test('has the keys of defaults', () => {
    assert.deepEqual(Object.keys(root.properties.defaults.properties), JOB_KEYS);
  });

  test('describes every key', () => {
    const { defaults, jobs } = root.properties;
    for (const properties of [root.properties, defaults.properties, jobs.items.properties]) {
      for (const [key, node] of Object.entries(properties))
        assert.ok(node.description, `${key} has no description`);
    }
  });

  test('allows no other keys', () => {
    const { defaults, jobs } = root.properties;
    assert.deepEqual(
      [root, defaults, jobs.items].map((node) => node.additionalProperties),
      [false, false, false],
    );
  });

  test('requires jobs, and their names or a list of jobs with names', () => {
    const { required, anyOf, properties } = root.properties.jobs.items;
    assert.deepEqual([root.required, required], [['jobs'], undefined]);
    const alone = ['parallel', 'purge'].map((key) => ({ required: [key], maxProperties: 1 }));
    const rounds = { required: ['rounds', 'jobs'], maxProperties: 2 };
    assert.deepEqual(anyOf, [{ required: ['name'] }, ...alone, rounds]);
    assert.deepEqual(properties.parallel.items.required, ['name']);
  });

  test('refuses device beside devices', () => {
    assert.deepEqual(not, { required: ['device', 'devices'] });
  });

  test('accepts sizes, durations and percentages as text and number', () => {
    assert.ok(accepts(withJob({ bs: '4k', runtime: '10s', size: '50%', offset: 4096, cpus_allowed: [0] })));
    assert.ok(accepts(withJob({ bs: 4096, runtime: 10, size: '1GiB', offset: '1M', cpus_allowed: '0-3,8' })));
  });

  test('accepts repeats and sweeps', () => {
    assert.ok(accepts(withJob({ repeat: 3, matrix: { bs: ['4k', 8192], iodepth: [1, 32] } })));
  });

  test('describes every key of a matrix, and allows no other', () => {
    const { matrix } = root.properties.jobs.items.properties;
    assert.equal(matrix.additionalProperties, false);
    assert.deepEqual(
      Object.values(matrix.properties).filter((node) => !node.description),
      [],
    );
  });

  for (const keys of [
    { repeat: 0 },
    { matrix: { bs: [] } },
    { matrix: { bs: '4k' } },
    { matrix: { bs: ['4q'] } },
    { matrix: { runtime: ['1s'] } },
    { bs: '4q' },
    { runtime: '10x' },
    { size: 'all' },
    { iodepth: 0 },
    { rw: 'reed' },
    { iodeph: 1 },
  ]) {
    test(`refuses ${JSON.stringify(keys)}`, () => {
      assert.equal(accepts(withJob(keys)), false);
    });
  }

  test('describes the units by the patterns that are parsed', () => {
    const text = JSON.stringify(schema);
    for (const pattern of [SIZE_PATTERN, DURATION_PATTERN, PERCENT_PATTERN, CPU_LIST_PATTERN]) {
      assert.ok(text.includes(JSON.stringify(pattern)), pattern);
    }
  });
});
