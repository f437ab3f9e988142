/** A binary heap: the element that comes first by `before` is at the top. */
export interface Heap<T> {
  readonly top: T | undefined
  push(element: T): void
  /** Puts `element` in place of the top. On an empty heap the same as push. */
  replaceTop(element: T): void
}

/** @param before a strict order; elements are taken in O(log n). */
export function newHeap<T>(initial: readonly T[], before: (a: T, b: T) => boolean): Heap<T> {
  const elements: T[] = []
  const push = (element: T): void => {
    elements.push(element)
    siftUp(elements, before)
  }
  for (const element of initial) push(element)
  return {
    get top() {
      return elements[0]
    },
    push,
    replaceTop(element) {
      elements[0] = element
      siftDown(elements, before)
    },
  }
}

function siftUp<T>(elements: T[], before: (a: T, b: T) => boolean): void {
  for (let index = elements.length - 1; index > 0; ) {
    const parent = (index - 1) >> 1
    if (!swapIfBefore(elements, { upper: parent, lower: index }, before)) return
    index = parent
  }
}

function siftDown<T>(elements: T[], before: (a: T, b: T) => boolean): void {
  for (let index = 0; ; ) {
    const left = 2 * index + 1
    const child = firstChild(elements, left, before)
    if (!swapIfBefore(elements, { upper: index, lower: child }, before)) return
    index = child
  }
}

/** Which of two sisters, `left` and the one after it, comes first. */
function firstChild<T>(elements: readonly T[], left: number, before: (a: T, b: T) => boolean): number {
  const [first, second] = [elements[left], elements[left + 1]]
  return first !== undefined && second !== undefined && before(second, first) ? left + 1 : left
}

/** Swaps two places when the lower element belongs above the upper. @returns whether it did. */
function swapIfBefore<T>(
  elements: T[],
  { upper, lower }: { readonly upper: number; readonly lower: number },
  before: (a: T, b: T) => boolean,
): boolean {
  const [above, below] = [elements[upper], elements[lower]]
  if (above === undefined || below === undefined || !before(below, above)) return false
  elements[upper] = below
  elements[lower] = above
  return true
}
