export * from './access-token.js';
export * from './access-token-verifier.js';
export * from './identity.config.js';
export * from './identity-part.js';
export * from './key-ring.js';
export * from './passport-jwt-options.js';
export * from './revocation-feed.js';
