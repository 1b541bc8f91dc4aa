export * from './find-phi.js';
export * from './kinds.js';
export * from './mask/mask-phi.js';
export * from './mask/restore-phi.js';
export * from './canaries/canaries.js';
