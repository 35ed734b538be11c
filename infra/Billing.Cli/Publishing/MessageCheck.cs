namespace Billing.Cli.Publishing;

/// <summary>Turns a contract's name and a JSON body into a message that may be published.</summary>
public static class MessageCheck
{
    /// <summary>The message, or a refusal that names each field, what stands there and what should.</summary>
    public static object Read(string name, string json)
    {
        if (ContractCatalog.Find(name) is not { } contract)
        {
            var known = ContractCatalog.Messages.Select(type => type.Name).ToList();
            throw new CliException(ContractCatalog.Nearest(name, known) is { } near
                ? $"There is no contract '{name}'. Did you mean {near}?"
                : $"There is no contract '{name}'. There are: {string.Join(", ", known)}.");
        }

        var (message, faults) = ContractReader.Read(contract, json);
        return message ?? throw new CliException(
            $"{contract.Name} was not published:{string.Concat(faults.Select(fault => $"\n  {fault}"))}\n  Its members: {ContractReader.Describe(contract)}");
    }
}
