export { Blobs, type BlobFacts, type ByteRange, type PutOptions, type StoredBlob } from './blobs.js';
export { BlobsConfig, blobsPart } from './blobs-part.js';
