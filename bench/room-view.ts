import { Transform, type TransformCallback } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** How a face shows the apiserver behind it. */
export interface View {
  /** The path that the apiserver is asked for. */
  path(asked: string): string
  /** Turns what is sent into what the apiserver gets, or what it answers into what is shown; absent where both are the same. */
  readonly sent?: () => Transform
  readonly shown?: () => Transform
}

/** Shows of what the operator manages only what carries a label. */
export function labelledView(managed: string, label: string): View {
  const selector = encodeURIComponent(managed)
  return { path: asked => asked.replace(selector, `${selector}%2C${encodeURIComponent(label)}`) }
}

/**
 * Gives a face a namespace of its own, its room, that it shows under a name that all faces share: so one apiserver holds the
 * same objects for many clusters. Lists of all namespaces show that one alone.
 */
export function roomView(namespace: string, face: string): View {
  const room = `${namespace}--${face}`
  return {
    path: asked => pathIn(asked, { namespace, room }),
    sent: () => newReplacement(`"${namespace}"`, `"${room}"`),
    shown: () => newReplacement(`"${room}"`, `"${namespace}"`),
  }
}

interface Room {
  readonly namespace: string
  readonly room: string
}

/** A list or watch of all namespaces: of resources that are in namespaces, which those asked for with a selector are. */
const EVERYWHERE = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/(?!namespaces\b)([^/?]+)\?(.*labelSelector=.*)$/

function pathIn(asked: string, { namespace, room }: Room): string {
  const everywhere = EVERYWHERE.exec(asked)
  if (everywhere !== null) return `${everywhere[1]}/namespaces/${room}/${everywhere[2]}?${everywhere[3]}`
  return asked.replace(new RegExp(`/namespaces/${namespace}(?=[/?]|$)`), `/namespaces/${room}`)
}

/** Replaces a text in a stream; a part of it at the end of a chunk waits for what follows. */
function newReplacement(from: string, to: string): Transform {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      const text = (rest + decoder.write(chunk)).replaceAll(from, to)
      const waits = lengthOfBeginning(text, from)
      rest = text.slice(text.length - waits)
      done(null, text.slice(0, text.length - waits))
    },
    flush(done: TransformCallback) {
      done(null, rest + decoder.end())
    },
  })
}

/** How much of the end of a text may be the beginning of another. */
function lengthOfBeginning(text: string, of: string): number {
  for (let length = Math.min(of.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(of.slice(0, length))) return length
  }
  return 0
}
