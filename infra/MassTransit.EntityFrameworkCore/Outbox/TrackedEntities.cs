using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>What a context tracked before an attempt, for example rows that a filter in front of it added: the next attempt begins with the same.</summary>
sealed class TrackedEntities
{
    readonly DbContext _db;
    readonly Tracked[] _tracked;

    TrackedEntities(DbContext db)
    {
        _db = db;
        _tracked = [.. db.ChangeTracker.Entries().Select(entry => new Tracked(entry))];
    }

    public static TrackedEntities Of(DbContext db) => new(db);

    /// <summary>Forgets what the attempt left, and how far it came with what was there before it.</summary>
    public void Restore()
    {
        _db.ChangeTracker.Clear();
        foreach (var tracked in _tracked)
            tracked.Restore(_db);
    }

    sealed class Tracked(EntityEntry entry)
    {
        readonly object _entity = entry.Entity;
        readonly EntityState _state = entry.State;
        readonly PropertyValues _current = entry.CurrentValues.Clone();
        readonly PropertyValues? _original = entry.State == EntityState.Added ? null : entry.OriginalValues.Clone();
        readonly string[] _modified = [.. entry.Properties.Where(x => x.IsModified).Select(x => x.Metadata.Name)];
        readonly string[] _temporary = [.. entry.Properties.Where(x => x.IsTemporary).Select(x => x.Metadata.Name)];

        public void Restore(DbContext db)
        {
            var restored = db.Entry(_entity);
            restored.CurrentValues.SetValues(_current);

            // the database gives keys of its own to a row that is inserted anew
            foreach (var name in _temporary)
                restored.Property(name).CurrentValue = restored.Property(name).Metadata.Sentinel;
            if (_original is null)
            {
                restored.State = _state;
                return;
            }

            restored.State = EntityState.Unchanged;
            restored.OriginalValues.SetValues(_original);
            foreach (var name in _modified)
                restored.Property(name).IsModified = true;
            if (_state == EntityState.Deleted)
                restored.State = _state;
        }
    }
}
