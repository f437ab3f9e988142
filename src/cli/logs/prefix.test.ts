import { expect, it } from '@jest/globals'
import { newPrefixer } from './prefix.ts'

it('puts member and pod before every line, however a stream is cut', () => {
  const prefixer = newPrefixer('member1 web')
  const bytes = Buffer.from('one\ntwö\n\nthree')
  const pieces = [bytes.subarray(0, 2), bytes.subarray(2, 7), bytes.subarray(7)]
  const said = [...pieces.map(piece => prefixer.push(piece)), prefixer.end()].join('')
  expect(said).toBe('member1 web one\nmember1 web twö\nmember1 web \nmember1 web three\n')
  expect(prefixer.end()).toBe('')
})
