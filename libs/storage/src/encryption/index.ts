export { DataKeyRow } from './data-key.entity.js';
export { FieldCipher, isSealedText, ScopeCipher } from './field-cipher.js';
export { encryptionMigrations, fieldCipherPart } from './field-cipher-part.js';
export { MasterKeys, type WrappedKey } from './master-keys.js';
export { masterKeysPart } from './master-keys-part.js';
export { newMasterKey } from './file.master-keys.js';
export { EncryptionConfig } from './open-master-keys.js';
