export { printable } from '../object/printable.ts'
