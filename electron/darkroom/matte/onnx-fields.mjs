/** Numbers of onnx.proto3, named as there: the fields and types that this network is made of. */

/** Of ModelProto. */
export const MODEL = { irVersion: 1, producer: 2, graph: 7, opset: 8, metadata: 14, functions: 25 };
/** Of OperatorSetIdProto. */
export const OPSET = { domain: 1, version: 2 };
/** Of GraphProto. */
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13, sparse: 15 };
/** Of NodeProto. */
export const NODE = { input: 1, output: 2, opType: 4, attribute: 5, domain: 7 };
/** Of AttributeProto. */
export const ATTRIBUTE = {
  name: 1,
  float: 2,
  i: 3,
  text: 4,
  t: 5,
  graph: 6,
  ints: 8,
  tensors: 10,
  graphs: 11,
  type: 20,
  sparse: 22,
  sparses: 23,
};
/** Of TensorProto. */
export const TENSOR = { dims: 1, dataType: 2, floatData: 4, int64Data: 7, name: 8, rawData: 9, externalData: 13, dataLocation: 14 };
/** Of ValueInfoProto. */
export const VALUE = { name: 1, type: 2 };

/** Element types of tensors. */
export const TYPE = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 };

/** Kinds of attributes. */
export const KIND = { int: 2, text: 3, tensor: 4, ints: 7 };

/** `dataLocation` of a tensor whose bytes lie in a file beside. */
export const EXTERNAL = 1n;
