/** The few globals that the browser and Node both have and that shared/ may use; everything else of either is out of its reach. */
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  decode(input?: Uint8Array): string;
}
declare function structuredClone<T>(value: T): T;
/** A dropped file is opaque in the contract: only the preload, which has the DOM, looks inside. */
interface File {
  readonly name: string;
}
