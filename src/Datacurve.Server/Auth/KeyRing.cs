using System.Xml.Linq;
using Dapper;
using Datacurve.Server.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Datacurve.Server.Auth;

/// <summary>The keys that session cookies are sealed with, kept where every process finds them.</summary>
internal sealed class KeyRing(Database database) : IXmlRepository
{
    // The framework's port is synchronous; it is asked once a day and at the first sign-in.
    public IReadOnlyCollection<XElement> GetAllElements() =>
        database
            .ReadAsync(connection =>
                connection.QueryAsync<string>("select xml from sign_in_keys order by name")
            )
            .GetAwaiter()
            .GetResult()
            .Select(XElement.Parse)
            .ToList();

    public void StoreElement(XElement element, string friendlyName) =>
        database
            .WriteAsync(
                connection =>
                    connection.ExecuteAsync(
                        """
                        insert into sign_in_keys (name, xml) values (@friendlyName, @xml)
                        on conflict (name) do nothing
                        """,
                        new { friendlyName, xml = element.ToString(SaveOptions.DisableFormatting) }
                    ),
                CancellationToken.None
            )
            .GetAwaiter()
            .GetResult();
}
