export * from './find-phi.js';
export * from './kinds.js';
