false
echo "set -e did not end the case"
exit 0
