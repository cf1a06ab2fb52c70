/** The part of google-protobuf that writes; the package has no types of its own. */
declare module 'google-protobuf' {
  export class BinaryWriter {
    writeString(field: number, value: string): void;
    writeBytes(field: number, value: Uint8Array): void;
    writeInt32(field: number, value: number): void;
    writeInt64(field: number, value: number): void;
    writeEnum(field: number, value: number): void;
    writeRepeatedInt64(field: number, values: number[]): void;
    writeMessage<T>(field: number, value: T, write: (value: T, writer: BinaryWriter) => void): void;
    getResultBuffer(): Uint8Array;
  }
}
