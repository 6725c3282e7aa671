# limit: 2
sleep 1000
