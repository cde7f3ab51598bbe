namespace Byol.MLNet.Embedding;

/// <summary>
/// A costly thing that several users share: made when the first of them asks, freed once it was let go and nobody uses
/// it any more, and made anew where somebody asks after that. Safe for several threads.
/// </summary>
internal sealed class Shared<T>(Func<T> create)
    where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private Holder? _current;

    /// <summary>The thing, until the result is disposed.</summary>
    public Lease Acquire()
    {
        lock (_gate)
        {
            _current ??= new Holder(create());
            _current.Users++;
            return new Lease(this, _current);
        }
    }

    /// <summary>Frees the thing, at once or when its last user is done.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            var holder = _current;
            _current = null;
            if (holder is not null)
            {
                holder.IsLetGo = true;
                holder.DisposeIfUnused();
            }
        }
    }

    private void Return(Holder holder)
    {
        lock (_gate)
        {
            holder.Users--;
            holder.DisposeIfUnused();
        }
    }

    /// <summary>One user's hold on the thing.</summary>
    internal sealed class Lease : IDisposable
    {
        private readonly Shared<T> _owner;
        private readonly Holder _holder;
        private bool _isReturned;

        internal Lease(Shared<T> owner, Holder holder) => (_owner, _holder) = (owner, holder);

        public T Value => _holder.Value;

        public void Dispose()
        {
            if (!_isReturned)
            {
                _isReturned = true;
                _owner.Return(_holder);
            }
        }
    }

    internal sealed class Holder(T value)
    {
        public T Value { get; } = value;

        public int Users { get; set; }

        public bool IsLetGo { get; set; }

        public void DisposeIfUnused()
        {
            if (IsLetGo && Users == 0)
            {
                Value.Dispose();
            }
        }
    }
}
