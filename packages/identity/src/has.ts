/** What somebody may do in the organization that is active. */
export interface Membership {
  readonly orgRole?: string | null | undefined;
  readonly orgPermissions?: readonly string[] | null | undefined;
}

/** What is asked of a caller; all of it must hold. */
export interface Requirement {
  /** Such as `org:admin`; the prefix may be left away. */
  readonly role?: string | undefined;
  /** Such as `org:dashboard:read`. */
  readonly permission?: string | undefined;
}

/** Whether all that is asked holds. Where nothing is asked, or something that is not known here, it does not. */
export function satisfies({ orgRole, orgPermissions }: Membership, requirement: Requirement): boolean {
  const asked = Object.entries(requirement).filter(([, value]) => value !== undefined);
  return (
    asked.length > 0 &&
    asked.every(([name, value]) => {
      if (typeof value !== "string") return false;
      if (name === "role") return orgRole != null && unprefixed(orgRole) === unprefixed(value);
      if (name === "permission") return orgPermissions?.some((one) => unprefixed(one) === unprefixed(value)) === true;
      return false;
    })
  );
}

function unprefixed(name: string): string {
  return name.replace(/^org:/, "");
}
