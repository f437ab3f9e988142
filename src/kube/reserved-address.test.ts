import { describe, expect, it } from '@jest/globals'
import { guardedLookup, isReservedAddress } from './reserved-address.ts'

describe('isReservedAddress', () => {
  it.each([
    '169.254.169.254',
    '169.254.0.1',
    'fe80::1',
    'febf::1',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    'fd00:ec2::254',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
  ])('%s', address => expect(isReservedAddress(address)).toBe(true))

  it.each(['127.0.0.1', '::1', '10.0.0.1', '169.253.1.1', 'fec0::1', '100.64.0.1', 'fd00:ec2::1', 'metadata', ''])(
    'not %j',
    address => expect(isReservedAddress(address)).toBe(false),
  )
})

describe('guardedLookup', () => {
  const looked = (addresses: readonly string[]): Promise<unknown> =>
    new Promise(resolve => {
      const lookup = guardedLookup('m (h:1)', (_name, _options, callback) =>
        callback(
          null,
          addresses.map(address => ({ address, family: 4 })),
        ),
      )
      lookup('h', { all: true }, (error, found) => resolve(error ?? found))
    })

  it('gives what it finds', async () => {
    expect(await looked(['10.0.0.1'])).toEqual([{ address: '10.0.0.1', family: 4 }])
  })

  it('fails for a name that leads to a reserved address among others', async () => {
    expect(await looked(['10.0.0.1', '169.254.169.254'])).toMatchObject({ kind: 'reserved', unprocessed: true })
  })
})
