using Billing.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Personal;

public static class ContactSetup
{
    /// <summary>
    /// What the service holds of people can be shown and erased, and what it keeps sealed can be sealed anew. Its model calls
    /// <see cref="ErasedContactModel.AddErasedContacts"/>.
    /// </summary>
    public static IServiceCollection AddContacts<TContext>(this IServiceCollection services, PersonalRows<TContext> rows)
        where TContext : DbContext =>
        services.AddSingleton(rows).AddScoped<PersonalData<TContext>>().AddSingleton<ContactBook, ContactBook<TContext>>().AddHostedService<ContactSweep>()
            .AddSingleton<SealBook, SealBook<TContext>>();

    /// <summary>What is held of a person, and which keys are needed still.</summary>
    public static void MapContacts(this WebApplication app)
    {
        app.MapGet("/api/contacts/{**id:minlength(1)}", async (string id, ContactBook contacts, CancellationToken stopping) =>
            TypedResults.Ok(await contacts.ReadAsync(id, stopping))).Needs(Rights.Read | Rights.Personal);
        // Operate: each reads the tables from end to end
        app.MapGet("/api/seals", async (SealBook seals, CancellationToken stopping) => TypedResults.Ok(await seals.CountAsync(stopping)))
            .Needs(Rights.Read | Rights.Operate);
        app.MapPost("/api/seals/rewrap", async (SealBook seals, int? most, CancellationToken stopping) =>
            TypedResults.Ok(await seals.RewrapAsync(Math.Clamp(most ?? SealBook.UsualSet, 1, SealBook.LargestSet), stopping))).Needs(Rights.Operate);
    }
}
