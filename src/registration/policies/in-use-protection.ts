import { CLUSTER, NAMESPACE } from '../../api/kinds.ts'
import { ANNOTATION, EXECUTION_NAMESPACE_PREFIX, LABEL, PROTECTED_WHILE_IN_USE } from '../../api/names.ts'
import { type AdmissionPolicy, bindEverywhere } from './admission-policy.ts'

const ANYWAY = `Remove the label ${LABEL.protectedWhileInUse} to delete it anyway`

/** Said of each kind: what uses it, what its deletion does, and where to look. */
const MESSAGE = `(request.kind.kind == '${CLUSTER.kind}'
    ? 'Cluster ' + request.name + ' still has Works, and deleting it deletes their objects in the member: see kubectl get works -n ${EXECUTION_NAMESPACE_PREFIX}' + request.name
    : 'Namespace ' + request.name + ' still holds templates, and deleting it deletes them in their clusters too: see kubectl get resourcebindings -n ' + request.name)
  + '. ${ANYWAY}.'`

/**
 * Namespaces that hold templates and Clusters with Works, for who asks for it by label. CEL sees no other object than
 * the one to be deleted, so the operator keeps on that one whether it is in use (addons/deletion-guard). Until it has
 * looked, the object counts as used.
 */
export const IN_USE_PROTECTION: AdmissionPolicy = bindEverywhere(
  {
    name: 'in-use-protection',
    matchConditions: [{ name: 'not-deleted-yet', expression: '!has(oldObject.metadata.deletionTimestamp)' }],
    validations: [
      {
        expression: `has(oldObject.metadata.annotations) && '${ANNOTATION.inUse}' in oldObject.metadata.annotations
          && oldObject.metadata.annotations['${ANNOTATION.inUse}'] == 'false'`,
        message: `It is protected while it is in use. ${ANYWAY}.`,
        messageExpression: MESSAGE,
        reason: 'Forbidden',
      },
    ],
  },
  {
    resourceRules: [NAMESPACE, CLUSTER].map(({ group, version, plural }) => ({
      apiGroups: [group],
      apiVersions: [version],
      operations: ['DELETE'],
      resources: [plural],
    })),
    objectSelector: { matchLabels: { [LABEL.protectedWhileInUse]: PROTECTED_WHILE_IN_USE } },
  },
)
