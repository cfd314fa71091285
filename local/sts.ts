import type { QueryService } from './query-protocol';

/** The one call of STS that tools make to find out who they are. */
export const securityTokenService: QueryService = {
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  actions: {
    GetCallerIdentity: {
      run: (_, { principal: { arn, sessionArn, accountId } }) => ({
        Arn: sessionArn ?? arn,
        UserId: (sessionArn ?? arn).split('/').slice(1).join(':'),
        Account: accountId,
      }),
    },
  },
};
