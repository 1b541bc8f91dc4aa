export { KeyValue } from './key-value.js';
export { KeyValueConfig } from './key-value-config.js';
export { keyValuePart } from './key-value-part.js';
