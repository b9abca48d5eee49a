namespace GoCart.AppHost.Local;

/// <summary>A user of this machine that a server runs as.</summary>
internal sealed record SystemUser(string Name, int Id, int GroupId)
{
    /// <summary>
    /// The user a server has to run as, or null when it can run as ourselves: PostgreSQL refuses root and RabbitMQ
    /// dislikes it, so root hands them to the user their package made.
    /// </summary>
    public static SystemUser? ForServer(string name) =>
        Environment.IsPrivilegedProcess ? Find(name) ?? Find("nobody") : null;

    private static SystemUser? Find(string name) =>
        (from line in File.ReadLines("/etc/passwd")
         let fields = line.Split(':')
         where fields.Length > 3 && fields[0] == name
         select new SystemUser(name, int.Parse(fields[2]), int.Parse(fields[3]))).FirstOrDefault();
}
