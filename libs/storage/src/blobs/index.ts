export { Blobs, type BlobFacts, type ByteRange, type PutOptions, type StoredBlob } from './blobs.js';
export { ScopedBlobs, type KeyScope } from './scoped-blobs.js';
export { BlobsConfig, blobsPart } from './blobs-part.js';
