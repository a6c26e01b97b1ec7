#!/bin/sh
# Makes the certificates of the three nodes. Runs at each start of the cluster, before all else.
# The authority is made once and kept; node certificates are made anew, since they hold for a year.
set -eu

# Compose fills in variables for every profile at once, so a variable that only the cluster needs
# cannot be demanded there. It is demanded here, where everything else of the cluster waits.
for name in EVENTSTORE_ADMIN_PASSWORD EVENTSTORE_OPS_PASSWORD LEDGER_EVENTSTORE_PASSWORD; do
  eval "value=\${$name:-}"
  if [ -z "$value" ]; then
    echo "$name is not set: choose a password of 12 or more letters, digits and - . _ ~" >&2
    exit 1
  fi
  # The servers get the password inside a URL, where any other character would need an escape.
  case "$value" in
    *[!A-Za-z0-9._~-]*)
      echo "$name has a character other than letters, digits and - . _ ~" >&2
      exit 1
      ;;
  esac
  if [ "${#value}" -lt 12 ]; then
    echo "$name is shorter than 12 characters" >&2
    exit 1
  fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The tool answers 0 even when it could not write an authority, hence the look at the file.
if [ ! -f /authority/ca.key ]; then
  es-gencert-cli create-ca -days 3650 -out "$work/ca"
  cp "$work/ca/ca.crt" /authority/ca.crt
  cp "$work/ca/ca.key" /authority/ca.key
fi
# Whoever only has to trust the nodes sees the certificate and never the key.
cp /authority/ca.crt /trust/ca.crt
chmod 444 /trust/ca.crt

for node in eventstore-1 eventstore-2 eventstore-3; do
  es-gencert-cli create-node -ca-certificate /authority/ca.crt -ca-key /authority/ca.key \
    -dns-names "$node,localhost" -ip-addresses 127.0.0.1 -out "$work/$node"
  mkdir -p "/nodes/$node"
  cp "$work/$node/node.crt" "$work/$node/node.key" "/nodes/$node/"
  # 1000 is the user of the database image.
  chown -R 1000:1000 "/nodes/$node"
  chmod 400 "/nodes/$node/node.key"
done
echo "Certificates are in place."
