/**
 * HdrHistogram's V2 compressed form: cookie and length of what follows (32 bits each), deflated: cookie, payload length,
 * normalizing offset, digits (32 bits each), lowest and highest value, conversion ratio (64 bits each), then the counts as
 * ZigZag LEB128-64b9B, a negative one for a run of empty ones. All big endian.
 */
import { HISTOGRAM_LENGTH } from './histogram.js';

/** Name of the encoded form, for documents that carry it. */
export const HDR_ENCODING = 'HdrHistogram V2 compressed base64';

export const COMPRESSED_COOKIE = 0x1c849304;
export const COOKIE = 0x1c849303;
/** Of a cookie: the size of a word, which V2 does not have. */
export const WORD_SIZE_BITS = 0xf0;
export const COMPRESSED_HEADER_BYTES = 8;
export const HEADER_BYTES = 40;
/** A count takes no more. */
export const WORD_BYTES = 9;
/** Of any histogram of our layout before it is deflated. */
export const MOST_BYTES = HEADER_BYTES + WORD_BYTES * HISTOGRAM_LENGTH;
