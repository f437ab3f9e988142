import packaged from '@jitl/quickjs-wasmfile-release-sync'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'

import { MAX_MEMORY_BYTES, RENEW_ABOVE_BYTES } from '../script-limits.ts'

const PAGE_BYTES = 65_536
/** What QuickJS asks for when it starts. */
const FIRST_BYTES = 16 * 2 ** 20

/** QuickJS with a memory that ends somewhere: all sandboxes made from it share it. */
export interface QuickJsMachine {
  readonly quickjs: QuickJSWASMModule
  /** Whether scripts have made its memory large: it never shrinks. */
  isFull(): boolean
}

/** Beyond its limit an allocation fails, which scripts see as "out of memory". */
export async function startQuickJs(module: WebAssembly.Module): Promise<QuickJsMachine> {
  const memory = new WebAssembly.Memory({ initial: FIRST_BYTES / PAGE_BYTES, maximum: MAX_MEMORY_BYTES / PAGE_BYTES })
  const variant = newVariant(expectVariant(packaged), { wasmModule: module, wasmMemory: memory })
  const quickjs = await newQuickJSWASMModuleFromVariant(variant)
  return { quickjs, isFull: () => memory.buffer.byteLength > RENEW_ABOVE_BYTES }
}

/** The package's types are those of CommonJS: a step away from what an import gives. */
function expectVariant(value: unknown): QuickJSSyncVariant {
  if (!isVariant(value)) throw new Error('the package of QuickJS is not what it was')
  return value
}

function isVariant(value: unknown): value is QuickJSSyncVariant {
  return typeof value === 'object' && value !== null && 'importFFI' in value
}
