/** A smaller piece is copied to those before it: an object for each costs more than a hundred times what it holds. */
const SMALL_BYTES = 4096
/** So is one that is a smaller part of the memory which it lies in: it would keep the whole. */
const SMALLEST_PART = 1 / 4
/** Each block is twice as large as the one before it. */
const BLOCK_BYTES = { least: 4096, most: 64 * 1024 } as const
const NO_BLOCK = Buffer.alloc(0)

/**
 * Bytes that arrive in pieces. However small these are, what is kept takes a small multiple of the bytes: a limit of the
 * bytes limits the memory. Large pieces are kept as they came, as is one that came alone.
 */
export class Pieces {
  #bytes = 0
  #kept: Buffer[] = []
  /** A small piece that nothing has followed yet. */
  #alone: Buffer | undefined
  /** Small pieces, copied; those from `#from` on are not among the kept ones yet. */
  #block: Buffer = NO_BLOCK
  #from = 0
  #to = 0

  /** Since the last `take`. */
  get bytes(): number {
    return this.#bytes
  }

  push(piece: Buffer): void {
    if (piece.length === 0) return
    const isFirst = this.#bytes === 0
    this.#bytes += piece.length
    if (isWhole(piece)) {
      this.#seal()
      this.#kept.push(piece)
    } else if (isFirst) {
      this.#alone = piece
    } else {
      this.#copyAlone()
      this.#copy(piece)
    }
  }

  /** All bytes since the last time, in as few pieces as they are kept in. */
  take(): readonly Buffer[] {
    const taken = this.#alone === undefined ? this.#sealed() : [this.#alone]
    this.#bytes = 0
    this.#kept = []
    this.#alone = undefined
    // Whoever waits for long must not keep a block for it.
    this.#block = NO_BLOCK
    this.#from = 0
    this.#to = 0
    return taken
  }

  /** As `take`, in one piece. */
  takeJoined(): Buffer {
    const bytes = this.#bytes
    const taken = this.take()
    const [first] = taken
    return taken.length === 1 && first !== undefined ? first : Buffer.concat(taken, bytes)
  }

  #sealed(): readonly Buffer[] {
    this.#seal()
    return this.#kept
  }

  #seal(): void {
    this.#copyAlone()
    if (this.#to > this.#from) this.#kept.push(this.#block.subarray(this.#from, this.#to))
    this.#from = this.#to
  }

  #copyAlone(): void {
    const alone = this.#alone
    if (alone === undefined) return
    this.#alone = undefined
    this.#copy(alone)
  }

  #copy(piece: Buffer): void {
    for (let at = 0; at < piece.length; ) {
      if (this.#to === this.#block.length) this.#newBlock()
      const copied = piece.copy(this.#block, this.#to, at)
      this.#to += copied
      at += copied
    }
  }

  #newBlock(): void {
    this.#seal()
    const { least, most } = BLOCK_BYTES
    this.#block = Buffer.allocUnsafeSlow(Math.min(most, Math.max(least, 2 * this.#block.length)))
    this.#from = 0
    this.#to = 0
  }
}

function isWhole(piece: Buffer): boolean {
  return piece.length >= SMALL_BYTES && piece.length >= piece.buffer.byteLength * SMALLEST_PART
}
