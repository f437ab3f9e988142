import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

/** A certificate with its key, both PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface CertificateOptions {
  /** Common name. */
  readonly name: string
  /** DNS names and IPv4 addresses that it is for. Default: 127.0.0.1. */
  readonly for?: readonly string[]
  readonly validFrom?: Date
  readonly validTo?: Date
  /** Who signs it. Default: itself. */
  readonly issuer?: CertificateAuthority
}

/** Signs certificates. */
export interface CertificateAuthority extends Certificate {
  readonly name: string
  readonly privateKey: KeyObject
}

const HOUR_MS = 3_600_000
const ECDSA_SHA256 = '1.2.840.10045.4.3.2'
const COMMON_NAME = '2.5.4.3'
const ALT_NAMES = '2.5.29.17'
const BASIC_CONSTRAINTS = '2.5.29.19'

/** Makes a CA that tests trust, or do not. */
export function newCertificateAuthority(name: string): CertificateAuthority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const made = certify(
    { name, for: [], validFrom: new Date(Date.now() - HOUR_MS) },
    { publicKey, privateKey, ca: true },
  )
  return { ...made, name, privateKey }
}

/** Makes a certificate, valid for an hour around now unless told otherwise. */
export function newCertificate(options: CertificateOptions): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return certify(options, { publicKey, privateKey, ca: false })
}

interface Subject {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly ca: boolean
}

/** X.509 as RFC 5280 §4.1 lays it out; just what TLS looks at. */
function certify(options: CertificateOptions, { publicKey, privateKey, ca }: Subject): Certificate {
  const { name, issuer, for: names = ['127.0.0.1'] } = options
  const { validFrom = new Date(Date.now() - HOUR_MS), validTo = new Date(Date.now() + HOUR_MS) } = options
  const algorithm = sequence(oid(ECDSA_SHA256))
  const extensions = [
    ...(ca ? [extension(BASIC_CONSTRAINTS, sequence(der(0x01, Buffer.from([0xff]))))] : []),
    ...(names.length > 0 ? [extension(ALT_NAMES, sequence(...names.map(altName)))] : []),
  ]
  const toSign = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(issuer?.name ?? name),
    sequence(time(validFrom), time(validTo)),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', toSign, issuer?.privateKey ?? privateKey)
  const whole = sequence(toSign, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return { cert: pem('CERTIFICATE', whole), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes)
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): readonly number[] {
  const low = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) low.unshift((rest & 0x7f) | 0x80)
  return low
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(name)))))
}

/** GeneralizedTime, to the second. */
function time(date: Date): Buffer {
  return der(0x18, Buffer.from(date.toISOString().replaceAll(/[-:T]|\.\d+/g, '')))
}

function altName(name: string): Buffer {
  return isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name))
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value))
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
