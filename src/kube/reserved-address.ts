import { lookup as resolveName } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { transportError } from './connection-error.ts'
import type { TransportError } from './status-error.ts'

/**
 * Where clouds answer their machines, credentials among it, and no apiserver is: the link-local networks (RFC 3927, RFC 4291 §2.5.6)
 * and the addresses of metadata services outside of them.
 */
const RESERVED = new BlockList()
RESERVED.addSubnet('169.254.0.0', 16, 'ipv4')
RESERVED.addSubnet('fe80::', 10, 'ipv6')
for (const address of ['168.63.129.16', '100.100.100.200', '192.0.0.192']) RESERVED.addAddress(address, 'ipv4')
RESERVED.addAddress('fd00:ec2::254', 'ipv6')
// As a gateway between the two worlds writes IPv4 addresses (RFC 6052).
RESERVED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')

/** Whether an IP address, IPv4 mapped to IPv6 included, is one that no member has; a host name is not. */
export function isReservedAddress(address: string): boolean {
  const version = isIP(address)
  return version !== 0 && RESERVED.check(address, version === 6 ? 'ipv6' : 'ipv4')
}

/** What a dial to such an address ends with. */
export function reservedAddressError(where: string): TransportError {
  return transportError('reserved', where, { unprocessed: true })
}

/** A `lookup` for sockets that fails when a name leads to a reserved address, whatever else it leads to. */
export function guardedLookup(where: string, lookup?: LookupFunction): LookupFunction {
  const resolve: LookupFunction = lookup ?? resolveName
  return (name, options, callback) =>
    resolve(name, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address)
      if (error === null && addresses.some(isReservedAddress)) return callback(reservedAddressError(where), '', 0)
      callback(error, found, family)
    })
}
