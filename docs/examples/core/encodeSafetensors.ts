import { decodeSafetensors, encodeSafetensors } from '@bbb/core';

const bytes = encodeSafetensors({ w: { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) } });

console.log(decodeSafetensors(bytes).tensors['w']!.shape.join()); // 2
