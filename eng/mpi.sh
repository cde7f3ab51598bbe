#!/usr/bin/env bash
# Installs both families of MPI libraries, which the tests of jobs run with, where Debian's packages can be had.
set -euo pipefail
[[ $(uname -s) == Linux ]] || exit 0
command -v mpirun.openmpi >/dev/null && command -v mpirun.mpich >/dev/null && exit 0
command -v apt-get >/dev/null || {
  echo "setup: no apt-get here; install Open MPI or MPICH by other means, or go without" >&2
  exit 0
}
as_root=()
if [[ $(id -u) != 0 ]]; then
  command -v sudo >/dev/null || {
    echo "setup: installing Open MPI and MPICH needs root; run 'eng/setup.sh --mpi' as root once" >&2
    exit 0
  }
  as_root=(sudo)
fi
echo "setup: installing Open MPI and MPICH" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openmpi-bin mpich >/dev/null
