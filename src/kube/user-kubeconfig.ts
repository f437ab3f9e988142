import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js'
import { parse, stringify } from 'yaml'
import { listAt, objectAt, stringAt } from '../object/field.ts'
import type { JsonObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { KubeconfigError, serverConfigFromKubeconfig } from './kubeconfig.ts'
import type { ServerConfig } from './server-config.ts'

export interface UserKubeconfigOptions {
  /** --kubeconfig: this file and no other. */
  readonly file?: string
  /** --context; default: the current one. */
  readonly context?: string
  /** KUBECONFIG, which may name several files. */
  readonly env: { readonly [variable: string]: string | undefined }
  readonly home: string
}

/** Fields that name files, which are meant relative to the file that they stand in. */
const FILE_FIELDS = { cluster: ['certificate-authority'], user: ['client-certificate', 'client-key', 'tokenFile'] }

/**
 * The server that kubectl would talk to: --kubeconfig, else the files of KUBECONFIG together, else ~/.kube/config. Commands
 * that give credentials are run, since it is the user who runs us.
 *
 * @throws KubeconfigError naming the field; what the file system or the command says.
 * @source kubernetes.io "Organizing Cluster Access Using kubeconfig Files", client.authentication.k8s.io/v1
 */
export async function readUserKubeconfig(options: UserKubeconfigOptions): Promise<ServerConfig> {
  const merged = merge(readFiles(options))
  const context = options.context ?? stringAt(merged, 'current-context')
  const withCredentials = await runCommands(merged, context)
  return serverConfigFromKubeconfig(stringify(withCredentials, { aliasDuplicateObjects: false }), {
    name: 'host',
    trusted: true,
    ...(context !== undefined && { context }),
  })
}

/** The namespace that kubectl would work in: that of the context, else `default`. @throws KubeconfigError */
export function readUserNamespace(options: UserKubeconfigOptions): string {
  const merged = merge(readFiles(options))
  const context = options.context ?? stringAt(merged, 'current-context')
  const entry = listAt(merged, 'contexts').find(each => stringAt(each, 'name') === context)
  return stringAt(entry, 'context', 'namespace') || 'default'
}

function readFiles({ file, env, home }: UserKubeconfigOptions): readonly JsonObject[] {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter(path => path !== '')
  if (file !== undefined) return [readOne(file)]
  if (named.length === 0) return [readOne(join(home, '.kube', 'config'))]
  const found = named.filter(path => existsSync(path)).map(readOne)
  if (found.length === 0) throw new KubeconfigError('KUBECONFIG', `none of its files is there: ${named.join(', ')}`)
  return found
}

function readOne(path: string): JsonObject {
  const parsed: unknown = parse(readText(path))
  if (!isJsonObject(parsed)) throw new KubeconfigError('kubeconfig', `${path} is no YAML map`)
  const directory = dirname(resolve(path))
  const entries = (list: string, field: 'cluster' | 'user') =>
    listAt(parsed, list).map(entry => withAbsoluteFiles(entry, { field, directory }))
  return { ...parsed, clusters: entries('clusters', 'cluster'), users: entries('users', 'user') }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new KubeconfigError('kubeconfig', `${path} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

function withAbsoluteFiles(
  entry: unknown,
  { field, directory }: { readonly field: 'cluster' | 'user'; readonly directory: string },
): unknown {
  const inner = objectAt(entry, field)
  if (!isJsonObject(entry) || inner === undefined) return entry
  const absolute = FILE_FIELDS[field].flatMap(name => {
    const path = stringAt(inner, name)
    return path === undefined || path === '' ? [] : [[name, resolve(directory, path)] as const]
  })
  const exec = objectAt(inner, 'exec')
  const command = stringAt(exec, 'command')
  // As in kubectl: only a command with a slash is a file.
  const withCommand = command?.includes('/') === true ? { exec: { ...exec, command: resolve(directory, command) } } : {}
  return { ...entry, [field]: { ...inner, ...Object.fromEntries(absolute), ...withCommand } }
}

/** As in kubectl, the first file that says something wins. */
function merge(files: readonly JsonObject[]): JsonObject {
  const all = (list: string) => files.flatMap(file => listAt(file, list)).filter(isFirstOfItsName)
  const current = files.map(file => stringAt(file, 'current-context')).find(name => name !== undefined && name !== '')
  return {
    apiVersion: 'v1',
    kind: 'Config',
    ...(current !== undefined && { 'current-context': current }),
    clusters: all('clusters'),
    users: all('users'),
    contexts: all('contexts'),
  }
}

function isFirstOfItsName(entry: unknown, index: number, entries: readonly unknown[]): boolean {
  return entries.findIndex(other => stringAt(other, 'name') === stringAt(entry, 'name')) === index
}

/** @returns the kubeconfig with what the command of the context's user gave, in the place of the command. */
async function runCommands(config: JsonObject, context: string | undefined): Promise<JsonObject> {
  const inContext = listAt(config, 'contexts').find(entry => stringAt(entry, 'name') === context)
  const name = stringAt(inContext, 'context', 'user')
  const users = await Promise.all(
    listAt(config, 'users').map(entry =>
      stringAt(entry, 'name') === name && isJsonObject(entry) ? withCredentials(entry) : entry,
    ),
  )
  return { ...config, users }
}

async function withCredentials(entry: JsonObject): Promise<JsonObject> {
  const { exec, ...user } = objectAt(entry, 'user') ?? {}
  const command = stringAt(exec, 'command')
  if (command === undefined) return entry
  const request: { headers?: Record<string, string>; cert?: string; key?: string } = {}
  await new ExecAuth().applyAuthentication(
    {
      name: stringAt(entry, 'name') ?? '',
      exec: { command, args: listAt(exec, 'args'), env: [...listAt(exec, 'env'), execInfo(exec)] },
    },
    request,
  )
  const token = request.headers?.['Authorization']?.replace('Bearer ', '')
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const { cert, key } = request
  return {
    ...entry,
    user: {
      ...user,
      ...(token !== undefined && { token }),
      ...(cert !== undefined && { 'client-certificate-data': base64(cert) }),
      ...(key !== undefined && { 'client-key-data': base64(key) }),
    },
  }
}

/** What a command may ask: which version of its answer we understand, and that nobody is there to be asked. */
function execInfo(exec: unknown): { readonly name: string; readonly value: string } {
  const apiVersion = stringAt(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1'
  const value = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } })
  return { name: 'KUBERNETES_EXEC_INFO', value }
}
