// What this folder uses of the WebAssembly API: TypeScript has its types only among those of a browser.
declare namespace WebAssembly {
  interface ModuleImport {
    readonly module: string
    readonly name: string
  }

  class Module {
    constructor(code: Uint8Array)
    static imports(module: Module): readonly ModuleImport[]
  }

  class Instance {
    constructor(module: Module, imports: object)
    readonly exports: Readonly<Record<string, unknown>>
  }

  class Memory {
    constructor(limits: { readonly initial: number; readonly maximum: number })
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }

  interface Table {
    get(index: number): (...args: readonly (number | undefined)[]) => void
    set(index: number, value: unknown): void
    grow(by: number): number
  }
}
