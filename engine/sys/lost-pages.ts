/**
 * Mappings that outlive what is behind them. A drive on uio that is unplugged takes its BAR with it, and the file of
 * another process may be cut short: an access then raises SIGBUS (mmap(2)), which would end the process with all that
 * it measured. Here the page that is gone, and with it the rest of its mapping, is replaced by the thread that touched it
 * with memory of all ones, which is how a missing device reads. Of a large mapping only the first 64 KiB from there on are
 * ones, and zeros follow: to replace each page by itself would need more mappings than a process may have.
 *
 * JavaScript cannot run in a signal handler, so the handler is machine code (x86-64, System V ABI) in a page of its
 * own, beside a table of the mappings it is for. Any other fault goes to the handler that was there before.
 */
import { MAP_FAILED, mmap, mprotect, sigaction, viewMemory } from './libc.js';

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_PRIVATE_ANONYMOUS = 0x22;
const SIGBUS = 7;
const PAGE_BYTES = 4096;

/** glibc's struct sigaction: the handler, a mask of 1024 signals, the flags, the restorer. */
const SIGACTION = { lengthBytes: 152, flags: 136 };
const SA_SIGINFO = 4;
const SA_ONSTACK = 0x0800_0000;
const SA_RESTART = 0x1000_0000;

/** Mappings: those that clients of a server may have, and the process's own. */
const ENTRIES = 8191;
/** start, end, bytes of a page, nothing. */
const ENTRY_WORDS = 4;
/** Behind it 32 bytes of zeros: the kernel's struct sigaction of the default action. */
const FORMER_HANDLER_WORD = ENTRIES * ENTRY_WORDS;
const TABLE_BYTES = (ENTRIES + 2) * ENTRY_WORDS * 8;

/** A 32-bit number as it stands in an instruction. */
function operand(value: number): string {
  return Buffer.from(Int32Array.of(value).buffer).toString('hex');
}

/** As an instruction says it that ends `endBytes` into the page of code. */
function formerHandlerFrom(endBytes: number): string {
  return operand(PAGE_BYTES + FORMER_HANDLER_WORD * 8 - endBytes);
}

/** handler(int signal, siginfo_t *info, void *context); the table is one page behind it. */
const HANDLER = [
  // h:
  '488b4610', // mov rax,[rsi+0x10]
  '4c8d15f50f0000', // lea r10,[rip+0xff5]
  `b9${operand(ENTRIES)}`, // mov ecx,ENTRIES
  // look:
  '493b02', // cmp rax,[r10]
  '7206', // jb next
  '493b4208', // cmp rax,[r10+0x8]
  '7233', // jb found
  // next:
  '4983c220', // add r10,0x20
  'ffc9', // dec ecx
  '75ed', // jne look
  // notours:
  `488b05${formerHandlerFrom(0x2a)}`, // mov rax,[former handler]
  '4883f801', // cmp rax,0x1
  '771c', // ja chain
  'b80d000000', // mov eax,0xd
  'bf07000000', // mov edi,0x7
  `488d35${formerHandlerFrom(0x41 - 8)}`, // lea rsi,[the zeros behind it]
  '31d2', // xor edx,edx
  '41ba08000000', // mov r10d,0x8
  '0f05', // syscall
  'c3', // ret
  // chain:
  'ffe0', // jmp rax
  // found:
  '57', // push rdi
  '52', // push rdx
  '56', // push rsi
  '53', // push rbx
  '498b5a10', // mov rbx,[r10+0x10]
  '4889df', // mov rdi,rbx
  '48f7df', // neg rdi
  '4821c7', // and rdi,rax
  '498b7208', // mov rsi,[r10+0x8]
  '4829fe', // sub rsi,rdi
  'ba03000000', // mov edx,0x3
  '41ba32400000', // mov r10d,0x4032
  '49c7c0ffffffff', // mov r8,0xffffffffffffffff
  '4531c9', // xor r9d,r9d
  // replace:
  'b809000000', // mov eax,0x9
  '0f05', // syscall
  '4839f8', // cmp rax,rdi
  '740e', // je fill
  '4839de', // cmp rsi,rbx
  '4889de', // mov rsi,rbx
  '75ec', // jne replace
  '5b', // pop rbx
  '5e', // pop rsi
  '5a', // pop rdx
  '5f', // pop rdi
  'eb8e', // jmp notours
  // fill:
  'b900000100', // mov ecx,0x10000
  '4839d9', // cmp rcx,rbx
  '480f42cb', // cmovb rcx,rbx
  '4839f1', // cmp rcx,rsi
  '480f47ce', // cmova rcx,rsi
  '48c1e903', // shr rcx,0x3
  '48c7c0ffffffff', // mov rax,0xffffffffffffffff
  'f348ab', // rep stos es:[rdi],rax
  '5b', // pop rbx
  '5e', // pop rsi
  '5a', // pop rdx
  '5f', // pop rdi
  'c3', // ret
];

/** What is behind it may go away. */
interface Guarded {
  readonly address: bigint;
  readonly lengthBytes: number;
}

let table: BigUint64Array | undefined;
let refused = false;
/** First words of entries that are free again; behind `nextFresh` none has been used. */
const freed: number[] = [];
let nextFresh = 0;
/** First words of the entries in use, by address. */
const used = new Map<bigint, number>();

/**
 * From now on a page of the mapping whose backing is gone becomes, with those behind it, memory of all ones when it is
 * touched, by whatever thread. `pageBytes` is the page size of what is mapped. False where the system does not allow it
 * (no executable memory) or 8191 mappings are guarded: such an access then ends the process.
 */
export function guard({ address, lengthBytes }: Guarded, pageBytes = PAGE_BYTES): boolean {
  const entries = installed();
  if (entries === undefined) return false;
  unguard({ address });
  const at = freed.pop() ?? nextFresh;
  if (at === ENTRIES * ENTRY_WORDS) return false;
  if (at === nextFresh) nextFresh += ENTRY_WORDS;
  entries[at] = address;
  entries[at + 2] = BigInt(pageBytes);
  entries[at + 1] = address + BigInt(lengthBytes); // last: it makes the entry count
  used.set(address, at);
  return true;
}

/** Ends what `guard` began; nothing where it did not. */
export function unguard({ address }: Pick<Guarded, 'address'>): void {
  const at = used.get(address);
  if (table === undefined || at === undefined) return;
  table[at + 1] = 0n;
  used.delete(address);
  freed.push(at);
}

/** The table, with the handler in place; undefined where the system refuses. */
function installed(): BigUint64Array | undefined {
  if (table !== undefined || refused) return table;
  const handler = handlerPages();
  if (handler === undefined) {
    refused = true;
    return undefined;
  }
  const entries = new BigUint64Array(viewMemory(handler + BigInt(PAGE_BYTES), TABLE_BYTES));
  const action = new DataView(new ArrayBuffer(SIGACTION.lengthBytes));
  const former = new DataView(new ArrayBuffer(SIGACTION.lengthBytes));
  sigaction(SIGBUS, null, new Uint8Array(former.buffer));
  entries[FORMER_HANDLER_WORD] = former.getBigUint64(0, true);
  action.setBigUint64(0, handler, true);
  action.setInt32(SIGACTION.flags, SA_SIGINFO | SA_ONSTACK | SA_RESTART, true);
  if (sigaction(SIGBUS, new Uint8Array(action.buffer), null) === 0) table = entries;
  else refused = true;
  return table;
}

/** A page of code, and behind it the table; they stay until the process ends. */
function handlerPages(): bigint | undefined {
  const pages = BigInt(
    mmap(0n, PAGE_BYTES + TABLE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0),
  );
  if (pages === MAP_FAILED) return undefined;
  const code = Buffer.from(HANDLER.join(''), 'hex');
  new Uint8Array(viewMemory(pages, PAGE_BYTES)).set(code);
  return mprotect(pages, PAGE_BYTES, PROT_READ | PROT_EXEC) === 0 ? pages : undefined;
}
