import { clusterWide, core, grouped, type KindRow, object, stepped } from './row.ts'

export const ADMINISTRATION_ROWS: readonly KindRow[] = [
  {
    title: 'Role',
    path: grouped('rbac.authorization.k8s.io/v1', 'roles'),
    template: object('rbac.authorization.k8s.io/v1 Role', 'role', {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    }),
    change: stepped({ rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] }),
    changed: { rules: [{ verbs: ['list'] }] },
  },
  {
    title: 'RoleBinding',
    path: grouped('rbac.authorization.k8s.io/v1', 'rolebindings'),
    template: object('rbac.authorization.k8s.io/v1 RoleBinding', 'role', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'role' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
    }),
    change: stepped({ subjects: null }),
    arrived: () => ({ subjects: [{ kind: 'ServiceAccount', name: 'robot' }] }),
    changed: { roleRef: { name: 'role' } },
    dropped: m => m.subjects,
  },
  {
    title: 'ClusterRole',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    template: clusterWide('rbac.authorization.k8s.io/v1 ClusterRole', 'fleet-reader', {
      rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
    }),
    change: stepped({ rules: [] }),
    arrived: () => ({ rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] }),
    changed: {},
    dropped: m => m.rules?.[0],
  },
  {
    title: 'ResourceQuota',
    path: core('resourcequotas'),
    template: object('v1 ResourceQuota', 'quota', {
      spec: { hard: { 'count/leases.coordination.k8s.io': 1000 } },
    }),
    change: stepped({ spec: { hard: { 'count/leases.coordination.k8s.io': 2000 } } }),
    arrived: () => ({ status: { hard: { 'count/leases.coordination.k8s.io': '1k' } } }),
    changed: { status: { hard: { 'count/leases.coordination.k8s.io': '2k' } } },
  },
  {
    title: 'Namespace',
    path: '/api/v1/namespaces',
    template: clusterWide('v1 Namespace', 'team-kinds'),
    change: stepped(),
    changed: { status: { phase: 'Active' } },
  },
  {
    title: 'CustomResourceDefinition',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    template: clusterWide('apiextensions.k8s.io/v1 CustomResourceDefinition', 'widgets.example.com', {
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Widget', plural: 'widgets' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    }),
    change: stepped({ spec: { names: { shortNames: ['wg'] } } }),
    changed: { spec: { names: { shortNames: ['wg'] } }, status: { acceptedNames: { shortNames: ['wg'] } } },
  },
  {
    title: 'custom resource',
    path: grouped('example.com/v1', 'widgets'),
    needs: 'CustomResourceDefinition',
    template: object('example.com/v1 Widget', 'widget', {
      spec: { size: 1, empty: '', none: [], nothing: {}, off: false, zero: 0, limits: { cpu: '1000m' } },
    }),
    change: stepped({ spec: { size: 2, empty: null } }),
    arrived: () => ({ spec: { size: 1, empty: '', none: [], nothing: {}, off: false, zero: 0 } }),
    changed: { spec: { size: 2, none: [] } },
    dropped: m => m.spec.empty,
    byHand: n => ({ phase: `Ready${n}`, empty: [] }),
  },
]
