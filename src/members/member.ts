import type { Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { Discovery } from '../kube/discovery.ts'
import type { MissingRight } from '../kube/missing-right.ts'
import type { Change, Informer } from '../runtime/informer.ts'
import type { ManagedObject } from './project-managed-object.ts'

/** One member cluster as the operator reaches it: own connection, rate limit and watches, so that none slows another. */
export interface Member {
  /** The Cluster object's name. */
  readonly name: string
  /** Writes are fenced: they reject once this process may no longer act. */
  readonly client: Client
  readonly discovery: Discovery
  /** Whether the Cluster's Ready condition was last True. */
  readonly ready: boolean
  /**
   * The watch cache of the objects that we manage there (label karmada.io/managed=true), shared by all who ask, started by
   * the first. Its objects are projections (project-managed-object.ts).
   */
  informer(resource: Resource): Informer<ManagedObject>
  /**
   * Tells of changes in every informer of this member, also those started later; what is cached already comes as added.
   * @returns removes the handler.
   */
  addChangeHandler(handler: ManagedChangeHandler): () => void
}

export type ManagedChangeHandler = (resource: Resource, change: Change<ManagedObject>) => void

/** Tells that a member can be used from now on, or no longer; a replaced connection is one removed and one added. */
export interface MemberChange {
  readonly type: 'added' | 'removed'
  readonly member: Member
}

/** What it gives is waited for where a member is retired: what it has begun there is done by then. */
export type MemberHandler = (change: MemberChange) => Promise<void> | undefined

/**
 * The members that may be used, by name: connected, and known to be neither the host nor another member once more. A
 * member that is not ready any more is still here.
 */
export interface Members {
  get(name: string): Member | undefined
  list(): readonly Member[]
  /** A handler that comes late is told of everything connected as added. @returns removes the handler. */
  addHandler(handler: MemberHandler): () => void
}

/**
 * A connection to what a Cluster names. Whose apiserver answers there may not be known yet, so nothing can be written
 * through it.
 */
export interface Candidate {
  /** The Cluster object's name. */
  readonly name: string
  readonly client: Omit<Client, 'create' | 'update' | 'apply' | 'patch' | 'delete' | 'request' | 'close'>
  readonly discovery: Discovery
  /** What of the objects that we manage there may not be listed or watched. */
  refusals(): readonly WatchRefusal[]
}

/** A kind that may not be listed or watched. */
export interface WatchRefusal {
  readonly resource: Resource
  readonly right: MissingRight
}

/** The connections, for the one who looks whose they are and lets them be used. */
export interface Candidates {
  /** The connection of that name, in use or not. A replaced connection is another object. */
  candidate(name: string): Candidate | undefined
  /** Lets a connection be used from now on. Nothing happens when it is, or when it was replaced meanwhile. */
  admit(candidate: Candidate): void
  /** Takes a connection out of use: whatever holds it can write no more. A new candidate takes its place. */
  withdraw(candidate: Candidate): void
  /** Tells of a connection that came, went or got other credentials; a late handler of all. @returns removes the handler. */
  addCandidateHandler(handler: CandidateHandler): () => void
}

export type CandidateHandler = (change: {
  readonly type: 'connected' | 'renewed' | 'disconnected'
  readonly name: string
}) => void
