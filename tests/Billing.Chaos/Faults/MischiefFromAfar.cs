using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace Billing.Chaos.Faults;

/// <summary>To an installation that is not chaos's own: the broker and the databases are asked to end connections, as their administrators can.</summary>
sealed class MischiefFromAfar(Installation installation, Random dice, Tally tally) : DrawnMischief(dice)
{
    protected override Task DoOneAsync() => Dice.Next(2) == 0 ? EndAtBrokerAsync() : EndAtDatabaseAsync();

    /// <summary>All connections of one user: of one service, where each has a user of its own.</summary>
    async Task EndAtBrokerAsync()
    {
        try
        {
            var connections = await installation.Management.GetFromJsonAsync<JsonElement[]>(
                new Uri($"api/vhosts/{Uri.EscapeDataString(installation.VirtualHost)}/connections?columns=name,user", UriKind.Relative));
            var users = connections!.Select(connection => connection.GetProperty("user").GetString()!).Distinct().Order(StringComparer.Ordinal).ToList();
            if (users.Count == 0)
                return;
            var user = users[Dice.Next(users.Count)];
            foreach (var connection in connections!.Where(connection => connection.GetProperty("user").GetString() == user))
            {
                using var answer = await installation.Management.DeleteAsync(
                    new Uri($"api/connections/{Uri.EscapeDataString(connection.GetProperty("name").GetString()!)}", UriKind.Relative));
            }

            tally.Add($"end of {user}'s connections to the broker");
        }
        catch (HttpRequestException)
        {
            tally.Add("broker that does not answer");
        }
    }

    async Task EndAtDatabaseAsync()
    {
        var service = Installation.Services[Dice.Next(Installation.Services.Count)];
        try
        {
            await installation.AskAsync<long>(service,
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
            tally.Add($"end of {service}'s sessions at the database");
        }
        catch (NpgsqlException)
        {
            tally.Add("database that does not answer");
        }
    }
}
