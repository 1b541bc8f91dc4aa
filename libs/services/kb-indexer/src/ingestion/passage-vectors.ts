/** Vectors as 32-bit floats, little end first: half the size of text and exact for what encoders give. */
export function packVector(vector: readonly number[]): Buffer {
  const packed = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => packed.writeFloatLE(value, index * 4));
  return packed;
}

export function unpackVector(packed: Buffer): number[] {
  return Array.from({ length: packed.length / 4 }, (_, index) => packed.readFloatLE(index * 4));
}
